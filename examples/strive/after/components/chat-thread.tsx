"use client";

import { type ChatMessage, useConversation } from "@/hooks/use-conversation";

export function ChatThread({ conversationId, initial }: { conversationId: string; initial: ChatMessage[] }) {
  const messages = useConversation(conversationId, initial);
  return (
    <ol>
      {messages.map((message) => (
        <li key={message.id}>{message.author}: {message.content}</li>
      ))}
    </ol>
  );
}
