export const metadata = { title: "Strive", metadataBase: new URL(process.env.NEXT_PUBLIC_APP_URL!) };

export default function Layout({ children }: { children: React.ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
