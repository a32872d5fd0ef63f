using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ContactRouting.Webhooks;

/// <summary>Signs calls. Source: Standard Webhooks, "Signature scheme".</summary>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";

    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public static IEnumerable<KeyValuePair<string, string>> Headers(IReadOnlyList<string> secrets, string id, DateTimeOffset at, string payload)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signed = Encoding.UTF8.GetBytes($"{id}.{timestamp}.{payload}");
        yield return new("webhook-id", id);
        yield return new("webhook-timestamp", timestamp);
        yield return new("webhook-signature", string.Join(' ', secrets.Select(secret =>
            $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[Prefix.Length..]), signed))}")));
    }
}
