import { prisma } from "@/lib/prisma";

export const listProjects = (organizationId: string) =>
  prisma.project.findMany({
    where: { organizationId, archivedAt: null },
    include: { _count: { select: { tasks: true } } },
    orderBy: { createdAt: "desc" },
  });

export const getProject = (id: string, organizationId: string) =>
  prisma.project.findFirst({
    where: { id, organizationId },
    include: { tasks: { orderBy: { position: "asc" } } },
  });
