import { publicEnv } from "../lib/env/public";

export const metadata = { title: "Strive", metadataBase: new URL(publicEnv.NEXT_PUBLIC_APP_URL) };

export default function Layout({ children }: { children: React.ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
