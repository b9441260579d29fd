import { integer, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

export const invoices = pgTable("invoices", {
  id: uuid("id").primaryKey(),
  organizationId: text("organization_id").notNull(),
  amountCents: integer("amount_cents").notNull(),
  issuedAt: timestamp("issued_at"),
});
