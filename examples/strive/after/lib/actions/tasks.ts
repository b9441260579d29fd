"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { currentMembership } from "@/lib/auth";
import { notify } from "@/lib/notifications";
import { prisma } from "@/lib/prisma";

const newTask = z.object({ projectId: z.string(), title: z.string().min(1), assigneeId: z.uuid().optional() });

export async function createTask(input: unknown) {
  const { organizationId } = await currentMembership();
  const data = newTask.parse(input);
  const task = await prisma.task.create({ data });
  if (task.assigneeId) {
    await notify(organizationId, task.assigneeId, "New task", task.title, `/projects/${task.projectId}`);
  }
  revalidatePath(`/projects/${task.projectId}`);
  return task;
}

export async function moveTask(id: string, status: "todo" | "in_progress" | "review" | "done") {
  const task = await prisma.task.update({ where: { id }, data: { status } });
  revalidatePath(`/projects/${task.projectId}`);
}
