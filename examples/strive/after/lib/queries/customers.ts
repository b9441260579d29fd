import { db } from "@/lib/db";

export const listCustomers = (organizationId: string) =>
  db.customer.findMany({ where: { organizationId }, orderBy: { name: "asc" } });

export const getCustomer = (id: string, organizationId: string) =>
  db.customer.findFirst({
    where: { id, organizationId },
    include: { appointments: true, invoices: true },
  });
