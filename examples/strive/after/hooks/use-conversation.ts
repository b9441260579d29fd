"use client";

import { useEffect, useState } from "react";
import { createClient } from "@/lib/supabase/client";

export type ChatMessage = { id: string; author: string; content: string };

export function useConversation(conversationId: string, initial: ChatMessage[]) {
  const [messages, setMessages] = useState(initial);

  useEffect(() => {
    const supabase = createClient();
    const channel = supabase
      .channel(`conversation-${conversationId}`)
      .on(
        "postgres_changes",
        { event: "INSERT", schema: "public", table: "messages", filter: `conversation_id=eq.${conversationId}` },
        (payload) => setMessages((all) => [...all, payload.new as ChatMessage]),
      )
      .subscribe();
    return () => void supabase.removeChannel(channel);
  }, [conversationId]);

  return messages;
}
