using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ContactRouting.Directory;
using ContactRouting.Events;
using ContactRouting.Presence;
using ContactRouting.Testing;
using ContactRouting.Webhooks;
using Microsoft.Extensions.Options;

namespace ContactRouting.Tests.Webhooks;

/// <summary>Callback URLs of accounts that want the app to call what only the app can reach.</summary>
public sealed class HostileUrlTests : IDisposable
{
    private const string Refused = "leads to an address that is not public";

    private static readonly IPAddress Public = IPAddress.Parse("8.8.8.8");

    // In the place of the internet: whatever address is connected to, this one answers.
    private readonly CallbackReceiver receiver = new();
    private readonly List<IPAddress[]> connected = [];
    private readonly List<string> lookedUp = [];

    public static TheoryData<string> Hostile => [.. HostileUrls.All];

    public void Dispose() => receiver.Dispose();

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Url_that_leads_inside_is_no_callback_url_or_is_not_connected_to(string url)
    {
        var subscription = new Callback { Url = url };
        if (subscription.Faults().Any()) return;
        var failure = await CallAsync(url, _ => [IPAddress.Parse(HostileUrls.Inside), IPAddress.Loopback, IPAddress.IPv6Loopback]);
        Assert.Empty(connected);
        Assert.Equal(Refused, failure);
    }

    [Theory]
    [InlineData("http://8.8.8.8/")]
    [InlineData("http://134744072/")]
    [InlineData("http://user:password@8.8.8.8:8080/")]
    [InlineData("http://127.0.0.1@8.8.8.8/")]
    [InlineData("http://[::ffff:8.8.8.8]/")]
    [InlineData("http://receiver.example/")]
    [InlineData("http://münchen.example./")]
    public async Task Url_that_leads_outside_is_called(string url)
    {
        Assert.Null(await CallAsync(url, _ => [Public]));
        Assert.Equal([Public], Assert.Single(connected).Select(address => address.MapToIPv4()));
        Assert.Single(receiver.Calls);
    }

    /// <summary>A name's server may answer the check with one address, and with another whoever asks again.</summary>
    [Fact]
    public async Task Address_that_was_checked_is_the_one_that_is_connected_to_whatever_the_name_leads_to_next()
    {
        var answers = new Queue<IPAddress[]>(
        [
            [Public],
            [IPAddress.Loopback],
            [IPAddress.Loopback, Public, IPAddress.Parse("::ffff:169.254.169.254")],
            [IPAddress.Parse("fd00:ec2::254")],
            [IPAddress.Parse("2606:4700::1111"), IPAddress.IPv6Loopback],
            [],
        ]);
        var failures = new List<string?>();
        using var client = NewClient(_ => answers.Dequeue());
        for (var calls = 1; answers.Count > 0; calls++)
        {
            failures.Add(await CallAsync("http://rebinding.example/", client));
            Assert.Equal(calls, lookedUp.Count);
        }
        Assert.Equal([null, Refused, null, Refused, null, Refused], failures);
        Assert.Equal([[Public], [Public], [IPAddress.Parse("2606:4700::1111")]], connected);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirect_leads_nowhere(int status)
    {
        using var inside = new CallbackReceiver();
        receiver.Answer = _ => status;
        receiver.Location = inside.Origin + "/";
        Assert.Equal($"answered {status}", await CallAsync("http://receiver.example/", _ => [Public]));
        Assert.Single(connected);
        Assert.Empty(inside.Calls);
    }

    private async Task<string?> CallAsync(string url, Func<string, IPAddress[]> resolve)
    {
        using var client = NewClient(resolve);
        return await CallAsync(url, client);
    }

    private static async Task<string?> CallAsync(string url, WebhookClient client)
    {
        var destination = new SubscriptionDestination(new(ReceiverKind.Subscription, 1), new Subscription { Url = url });
        using var request = destination.Call(1, new Event { Id = "e1", Data = JsonSerializer.SerializeToElement(1) }).Request;
        request.Headers.ConnectionClose = true;
        return (await client.SendAsync(request, destination.Timeout, CancellationToken.None)).Failure;
    }

    private WebhookClient NewClient(Func<string, IPAddress[]> resolve) =>
        new(Options.Create(new WebhooksOptions()), TimeProvider.System, host =>
        {
            lookedUp.Add(host);
            return resolve(host);
        }, async (addresses, _, cancellationToken) =>
        {
            connected.Add(addresses);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, new Uri(receiver.Origin).Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        });
}
