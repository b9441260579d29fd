import { currentMembership } from "@/lib/auth";
import { listProjects } from "@/lib/queries/projects";

export default async function Projects() {
  const { organizationId } = await currentMembership();
  const projects = await listProjects(organizationId);
  return <ul>{projects.map((project) => <li key={project.id}>{project.name} ({project._count.tasks})</li>)}</ul>;
}
