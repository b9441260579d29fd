import { prisma } from "@/lib/prisma";

export async function notify(organizationId: string, userId: string, title: string, body: string, link?: string) {
  return prisma.notification.create({
    data: { organizationId, userId, title, body, link, read: false, createdAt: new Date() },
  });
}

export async function listNotifications(userId: string) {
  return prisma.notification.findMany({
    where: { userId },
    orderBy: { createdAt: "desc" },
    take: 50,
  });
}

export async function countUnread(userId: string) {
  return prisma.notification.count({ where: { userId, read: false } });
}

export async function markRead(id: string, userId: string) {
  return prisma.notification.update({
    where: { id, userId },
    data: { read: true },
  });
}
