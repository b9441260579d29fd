-- Run by editors.test.ts: opens a file, waits for findings, applies the first fix, waits until the finding is gone.
local settings, target, result = unpack(vim.split(vim.env.ROWGUARD_TEST, "\n"))

-- What the settings use and Neovim has from 0.8 on, for the one that Debian 12 brings.
if not vim.fs then
  vim.fs = {
    dirname = function(path) return vim.fn.fnamemodify(path, ":h") end,
    find = function(names)
      for _, name in ipairs(names) do
        local found = vim.fn.finddir(name, ".;")
        if found ~= "" then return { vim.fn.fnamemodify(found, ":p:h") } end
      end
      return {}
    end,
  }
end
if not vim.lsp.start then
  vim.lsp.start = function(config)
    vim.lsp.buf_attach_client(0, vim.lsp.start_client(config))
  end
end

local function finish(outcome)
  vim.fn.writefile({ vim.fn.json_encode(outcome) }, result)
  vim.cmd("qall!")
end

local function codes()
  local found = {}
  for _, each in ipairs(vim.diagnostic.get(0)) do
    local code = each.code or (each.user_data and each.user_data.lsp and each.user_data.lsp.code)
    table.insert(found, code)
  end
  table.sort(found)
  return found
end

local function first_fix()
  local params = vim.lsp.util.make_range_params()
  local diagnostics = vim.lsp.diagnostic.get_line_diagnostics(0, vim.diagnostic.get(0)[1].lnum)
  params.context = { diagnostics = diagnostics }
  params.range = diagnostics[1].range
  local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 30000)
  for _, answer in pairs(answers or {}) do
    for _, action in ipairs(answer.result or {}) do
      if action.edit then return action end
    end
  end
  return nil
end

dofile(settings)
vim.cmd("filetype on")
vim.cmd("edit " .. vim.fn.fnameescape(target))
if not vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 50) then
  finish({ problem = "no findings arrived" })
end
local before = codes()
local action = first_fix()
if not action then finish({ before = before, problem = "no fix was offered" }) end
vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
local gone = vim.wait(30000, function() return #vim.diagnostic.get(0) < #before end, 50)
finish({ before = before, title = action.title, after = codes(), gone = gone })
