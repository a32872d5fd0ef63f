using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ContactRouting.Webhooks;

/// <summary>How a callback shows whose it is. Source: Standard Webhooks 1.0, symmetric signatures.</summary>
internal static class WebhookSignature
{
    public const int SecretBytes = 32;

    private const string SecretPrefix = "whsec_";

    /// <summary>Bytes that were drawn, as a receiver's library takes them.</summary>
    public static string Secret(byte[] drawn) => SecretPrefix + Convert.ToBase64String(drawn);

    /// <summary>The headers of a call; none without a secret.</summary>
    /// <param name="secrets">Each makes a signature, and one that fits is enough for a receiver.</param>
    /// <param name="id">The same for every attempt; without a dot, which would let two messages have one signature.</param>
    /// <param name="at">The attempt's time: receivers refuse what is more than some minutes old.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Headers(
        IReadOnlyList<string> secrets,
        string id,
        DateTimeOffset at,
        string payload
    )
    {
        if (secrets.Count == 0) return [];
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signed = Encoding.UTF8.GetBytes($"{id}.{timestamp}.{payload}");
        return
        [
            new("webhook-id", id),
            new("webhook-timestamp", timestamp),
            new("webhook-signature", string.Join(' ', secrets.Select(secret => Signature(secret, signed)))),
        ];
    }

    private static string Signature(string secret, byte[] signed)
    {
        var key = Convert.FromBase64String(secret[SecretPrefix.Length..]);
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }
}
