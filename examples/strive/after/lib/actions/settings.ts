"use server";

import { currentUser } from "@/lib/auth";
import { prisma } from "@/lib/prisma";

export async function saveSettings(theme: string, emailDigest: boolean) {
  const user = await currentUser();
  await prisma.userSettings.upsert({
    where: { userId: user.id },
    create: { userId: user.id, theme, emailDigest },
    update: { theme, emailDigest },
  });
}
