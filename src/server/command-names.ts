/** Commands that this server runs: what actions end in where an edit alone is not enough. */
export const SERVER_COMMANDS = {
  ignore: "rowguard.server.ignore",
  openPage: "rowguard.server.openPage",
  show: "rowguard.server.show",
  tell: "rowguard.server.tell",
} as const;
