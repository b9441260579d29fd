"use client";

import { useEffect } from "react";
import { createClient } from "@/lib/supabase/client";

export function useProjectTasks(projectId: string, onChange: () => void) {
  useEffect(() => {
    const supabase = createClient();
    const channel = supabase
      .channel(`tasks-${projectId}`)
      .on(
        "postgres_changes",
        { event: "*", schema: "public", table: "tasks", filter: `project_id=eq.${projectId}` },
        onChange,
      )
      .subscribe();
    return () => void supabase.removeChannel(channel);
  }, [projectId, onChange]);
}
