using System.Text.Json;

namespace ContactRouting.Testing;

/// <summary>A receiver's library.</summary>
internal static class StandardWebhooks
{
    /// <returns>"verified", or what the library complains of.</returns>
    public static async Task<string> VerifyAsync(string secret, IReadOnlyDictionary<string, string> headers, string payload)
    {
        var folder = NodePackages.Folder("webhooks");
        await NodePackages.InstallAsync(folder);
        var call = JsonSerializer.Serialize(new { secret, headers, payload });
        using var process = ChildProcess.Start("node", ["verify.js", call], [], folder);
        await process.EndAsync();
        return string.Join('\n', process.Output).Trim();
    }
}
