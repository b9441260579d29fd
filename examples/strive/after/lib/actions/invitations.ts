"use server";

import { currentMembership } from "@/lib/auth";
import { db } from "@/lib/db";

export async function invite(email: string, role: "admin" | "member") {
  const { organizationId, userId } = await currentMembership();
  return db.invitation.upsert({
    where: { organizationId_email: { organizationId, email } },
    create: { organizationId, email, role, invitedById: userId },
    update: { role },
  });
}
