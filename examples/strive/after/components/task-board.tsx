"use client";

import { useRouter } from "next/navigation";
import { useProjectTasks } from "@/hooks/use-project-tasks";
import { moveTask } from "@/lib/actions/tasks";

type Card = { id: string; title: string; status: string };

export function TaskBoard({ projectId, tasks }: { projectId: string; tasks: Card[] }) {
  const router = useRouter();
  useProjectTasks(projectId, router.refresh);
  return (
    <ul>
      {tasks.map((task) => (
        <li key={task.id}>
          {task.title}
          <button type="button" onClick={() => moveTask(task.id, "done")}>Done</button>
        </li>
      ))}
    </ul>
  );
}
