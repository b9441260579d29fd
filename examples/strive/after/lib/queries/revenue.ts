import { eq, sum } from "drizzle-orm";
import { reports } from "@/lib/drizzle";
import { invoices } from "@/lib/drizzle/schema";

export async function revenueOf(organizationId: string) {
  const [row] = await reports
    .select({ total: sum(invoices.amountCents) })
    .from(invoices)
    .where(eq(invoices.organizationId, organizationId));
  return Number(row?.total ?? 0);
}
