namespace ContactRouting.ServiceLevels.Embedding;

/// <summary>An address as pages name a queue or user: behind a host that starts with <c>chat.</c> are queues.</summary>
internal readonly record struct Jid(string Name, string Host)
{
    private const string QueueHost = "chat.";

    public bool IsQueue => Host.StartsWith(QueueHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>The address that a text is, or null.</summary>
    public static Jid? Parse(string text) =>
        text.LastIndexOf('@') is var at and > 0 && at < text.Length - 1 ? new Jid(text[..at], text[(at + 1)..]) : null;
}
