import { prisma } from "@/lib/prisma";

export default async function Pricing() {
  const plans = await prisma.plan.findMany({ orderBy: { priceCents: "asc" } });
  return <ul>{plans.map((plan) => <li key={plan.id}>{plan.name}: {plan.priceCents / 100} €</li>)}</ul>;
}
