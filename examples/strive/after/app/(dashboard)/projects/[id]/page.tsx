import { notFound } from "next/navigation";
import { TaskBoard } from "@/components/task-board";
import { currentMembership } from "@/lib/auth";
import { getProject } from "@/lib/queries/projects";

export default async function ProjectPage({ params }: { params: Promise<{ id: string }> }) {
  const { organizationId } = await currentMembership();
  const project = await getProject((await params).id, organizationId);
  if (!project) notFound();
  return <TaskBoard projectId={project.id} tasks={project.tasks} />;
}
