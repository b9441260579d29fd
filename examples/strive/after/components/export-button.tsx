"use client";

import { createClient } from "@supabase/supabase-js";
import { publicEnv } from "../lib/env/public";

const admin = createClient(
  publicEnv.NEXT_PUBLIC_SUPABASE_URL,
  process.env.NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY!,
);

export function ExportButton({ organizationId }: { organizationId: string }) {
  async function exportCustomers() {
    const { data } = await admin.from("customers").select("name, email, phone").eq("organization_id", organizationId);
    const file = new Blob([JSON.stringify(data)], { type: "application/json" });
    await admin.storage.from("exports").upload(`${organizationId}/customers.json`, file, { upsert: true });
  }
  return <button type="button" onClick={exportCustomers}>Export customers</button>;
}
