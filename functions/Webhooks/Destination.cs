using System.Text;
using System.Text.Json;
using ContactRouting.Directory;
using ContactRouting.Events;
using ContactRouting.Presence;

namespace ContactRouting.Webhooks;

/// <summary>A receiver as its calls go out: where to, in which form, and how patiently.</summary>
/// <param name="Url">In the one form that all ways to write it have.</param>
/// <param name="IsOn">Whether it is called at all.</param>
internal abstract record Destination(Receiver Receiver, string Url, bool IsOn)
{
    /// <summary>How long a call may take.</summary>
    public abstract TimeSpan Timeout { get; }

    /// <summary>The receiver as the directory has it; null where it is gone.</summary>
    public static Destination? Of(AccountDirectory directory, Receiver receiver) => receiver.Kind switch
    {
        ReceiverKind.Callback => directory.Callback(receiver.Id) is { } callback ? new CallbackDestination(receiver, callback) : null,
        _ => directory.Subscription(receiver.Id) is { } subscription ? new SubscriptionDestination(receiver, subscription) : null,
    };

    /// <summary>A call, and what is signed of it: its body or its query.</summary>
    /// <exception cref="UriFormatException">The URL leads nowhere.</exception>
    public abstract (HttpRequestMessage Request, string Payload) Call(int accountId, Event happened);

    /// <summary>How long to wait after so many failures; null to give up.</summary>
    /// <param name="age">How long ago it was committed.</param>
    public abstract TimeSpan? PauseAfter(int attempts, TimeSpan age, WebhooksOptions options);

    protected static string Normal(string url) => new Uri(url).GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);
}

/// <summary>RingMe's form.</summary>
internal sealed record CallbackDestination(Receiver Receiver, Callback Callback)
    : Destination(Receiver, Normal(Callback.Url), IsOn: true)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    public override TimeSpan Timeout => TimeSpan.FromSeconds(10);

    public override (HttpRequestMessage Request, string Payload) Call(int accountId, Event happened) =>
        CallbackForm.Make(Url, Callback.Method, happened);

    public override TimeSpan? PauseAfter(int attempts, TimeSpan age, WebhooksOptions options)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(attempts - 1, 20));
        return age >= Patience ? null : pause < LongestPause ? pause : LongestPause;
    }
}

/// <summary>Our own form: JSON, signed.</summary>
internal sealed record SubscriptionDestination(Receiver Receiver, Subscription Subscription)
    : Destination(Receiver, Normal(Subscription.Url), Subscription.Enabled)
{
    public override TimeSpan Timeout => TimeSpan.FromSeconds(20);

    public override (HttpRequestMessage Request, string Payload) Call(int accountId, Event happened)
    {
        var body = JsonSerializer.Serialize(EventView.Of(accountId, happened), EventData.Json);
        return (new(HttpMethod.Post, Url) { Content = new StringContent(body, Encoding.UTF8, "application/json") }, body);
    }

    public override TimeSpan? PauseAfter(int attempts, TimeSpan age, WebhooksOptions options) =>
        attempts < options.Pauses.Count ? options.Pauses[attempts] : null;
}
