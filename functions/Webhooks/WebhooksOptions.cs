using System.Globalization;
using Microsoft.Extensions.Options;

namespace ContactRouting.Webhooks;

internal sealed class WebhooksOptions
{
    public const string Section = "Webhooks";

    private const int MostAttempts = 20;
    private const int LongestPauseSeconds = 172_800;

    /// <summary>Deliver to loopback, private and other addresses that are not public. For development only.</summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>
    /// How long to wait before each attempt to tell a subscription, in seconds with commas between them; the first right after
    /// the commit. Source: Standard Webhooks, "Deliverability and reliability".
    /// </summary>
    public string RetrySeconds { get; set; } = "0,5,300,1800,7200,18000,36000,50400,72000,86400";

    /// <summary>The pauses; null where they are not spelt right.</summary>
    internal IReadOnlyList<TimeSpan> Pauses => pauses ??= Read(RetrySeconds) ?? [];

    private IReadOnlyList<TimeSpan>? pauses;

    public static IReadOnlyList<TimeSpan>? Read(string text)
    {
        var seconds = text.Split(',').Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= LongestPauseSeconds ? value : -1
        ).ToList();
        return seconds.Count <= MostAttempts && seconds[0] == 0 && !seconds.Contains(-1)
            ? [.. seconds.Select(value => TimeSpan.FromSeconds(value))]
            : null;
    }

    public static string Rule =>
        $"must be 0 and then up to {MostAttempts - 1} pauses in seconds, each at most {LongestPauseSeconds}, with commas between them.";
}

internal sealed class WebhooksValidation : IValidateOptions<WebhooksOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhooksOptions options) =>
        WebhooksOptions.Read(options.RetrySeconds) is null
            ? ValidateOptionsResult.Fail($"Webhooks__retrySeconds {WebhooksOptions.Rule}")
            : ValidateOptionsResult.Success;
}
