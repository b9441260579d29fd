import { db } from "@/lib/db";

export const listAppointments = (organizationId: string, from: Date, to: Date) =>
  db.appointment.findMany({
    where: { organizationId, startsAt: { gte: from, lt: to } },
    include: { customer: true, host: true },
    orderBy: { startsAt: "asc" },
  });
