"use client";

import { useEffect } from "react";
import { createClient } from "@/lib/supabase/client";

export function useActivity(organizationId: string, onActivity: (entry: unknown) => void) {
  useEffect(() => {
    const supabase = createClient();
    const channel = supabase
      .channel(`activity-${organizationId}`)
      .on(
        "postgres_changes",
        { event: "INSERT", schema: "public", table: "activity_logs", filter: `organization_id=eq.${organizationId}` },
        (payload) => onActivity(payload.new),
      )
      .subscribe();
    return () => void supabase.removeChannel(channel);
  }, [organizationId, onActivity]);
}
