"use client";

import { useState } from "react";
import { useActivity } from "@/hooks/use-activity";

export function ActivityFeed({ organizationId }: { organizationId: string }) {
  const [count, setCount] = useState(0);
  useActivity(organizationId, () => setCount((n) => n + 1));
  return <p>{count} things happened since you opened this page.</p>;
}
