"use server";

import { currentUser } from "@/lib/auth";
import { prisma } from "@/lib/prisma";

export async function addComment(taskId: string, body: string) {
  const user = await currentUser();
  return prisma.comment.create({ data: { taskId, body, authorId: user.id } });
}
