import { ExportButton } from "@/components/export-button";
import { currentMembership } from "@/lib/auth";
import { listCustomers } from "@/lib/queries/customers";
import { revenueOf } from "@/lib/queries/revenue";

export default async function Customers() {
  const { organizationId } = await currentMembership();
  const [customers, revenue] = await Promise.all([listCustomers(organizationId), revenueOf(organizationId)]);
  return (
    <>
      <p>Revenue: {revenue / 100} €</p>
      <ul>{customers.map((customer) => <li key={customer.id}>{customer.name}</li>)}</ul>
      <ExportButton organizationId={organizationId} />
    </>
  );
}
