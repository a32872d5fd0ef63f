
namespace ContactRouting.Directory;

/// <summary>The ways in which guests come: chat, voice, or any other word.</summary>
internal static class Channels
{
    public const string Standard = "chat";

    private const int MaxLength = 40;

    /// <summary>What is wrong with a channel's name, or null.</summary>
    public static string? Fault(string channel) =>
        channel.Length is 0 or > MaxLength || !channel.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? $"must be 1 to {MaxLength} ASCII letters, digits, - or _."
            : null;
}
