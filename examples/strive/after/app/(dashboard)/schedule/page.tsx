import { currentMembership } from "@/lib/auth";
import { listAppointments } from "@/lib/queries/appointments";

export default async function Schedule() {
  const { organizationId } = await currentMembership();
  const from = new Date();
  const to = new Date(from.getTime() + 7 * 24 * 3600 * 1000);
  const appointments = await listAppointments(organizationId, from, to);
  return <ul>{appointments.map((each) => <li key={each.id}>{each.customer.name}, {each.startsAt.toISOString()}</li>)}</ul>;
}
