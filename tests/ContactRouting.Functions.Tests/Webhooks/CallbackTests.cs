using System.Net;
using ContactRouting.Directory;
using ContactRouting.Events;
using ContactRouting.Presence;
using ContactRouting.Testing;
using ContactRouting.Webhooks;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Webhooks;

public sealed class CallbackTests
{
    private static readonly AgentState LoggedOut = new() { AgentId = 136, Address = "000*094@ringme.ru" };

    private static readonly AgentState LoggedIn = LoggedOut with { Status = PresenceStatus.Available };

    private static readonly Event Login = AgentFacts.Event(new(PresenceSource.Phone, DateTimeOffset.UnixEpoch), LoggedOut, LoggedIn);

    [Theory]
    [InlineData(
        "http://example.com/show.php",
        "http://example.com/show.php?agent_status=available&agent_type=local&event_source=phone&agent_id=136&"
            + "extension_name=000%2A094%40ringme.ru"
    )]
    [InlineData(
        "http://example.com/show.php?a=%20b&c",
        "http://example.com/show.php?a=%20b&c&agent_status=available&agent_type=local&event_source=phone&agent_id=136&"
            + "extension_name=000%2A094%40ringme.ru"
    )]
    [InlineData(
        "http://example.com#x",
        "http://example.com/?agent_status=available&agent_type=local&event_source=phone&agent_id=136&extension_name=000%2A094%40ringme.ru"
    )]
    public void Get_carries_the_fields_in_the_query_behind_what_is_there(string url, string expected)
    {
        var destination = new CallbackDestination(new(ReceiverKind.Callback, 1), new Callback { Url = url });
        var (request, payload) = destination.Call(1, Login);
        using var call = request;
        Assert.Equal((HttpMethod.Get, expected), (request.Method, request.RequestUri!.AbsoluteUri));
        Assert.Null(request.Content);
        Assert.Equal(request.RequestUri.Query, "?" + payload);
    }

    [Fact]
    public async Task Post_carries_the_fields_as_a_form()
    {
        var remote = LoggedOut with { Type = AgentType.Remote, Address = "+1 555" };
        var logout = AgentFacts.Event(new(PresenceSource.Expired, DateTimeOffset.UnixEpoch), LoggedIn, remote);
        var (request, payload) = CallbackForm.Make("https://example.com/?q=1", CallbackMethod.Post, logout);
        using var call = request;
        Assert.Equal("https://example.com/?q=1", request.RequestUri!.AbsoluteUri);
        Assert.Equal("application/x-www-form-urlencoded", request.Content!.Headers.ContentType!.ToString());
        Assert.Equal(
            "agent_status=logged_out&agent_type=remote&event_source=api&agent_id=136&agent_number=%2B1+555",
            payload
        );
        Assert.Equal(payload, await request.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.255.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("0.1.2.3", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("100.128.0.1", true)]
    [InlineData("168.63.129.16", false)]
    [InlineData("168.63.129.17", true)]
    [InlineData("::ffff:168.63.129.16", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd12::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    public void Only_public_addresses_are_called(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://localhost:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://2130706433:{0}/")]
    public async Task Receiver_at_a_private_address_is_not_connected_to(string url)
    {
        using var receiver = new CallbackReceiver();
        using var client = new WebhookClient(Options.Create(new WebhooksOptions()), TimeProvider.System);
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            string.Format(System.Globalization.CultureInfo.InvariantCulture, url, new Uri(receiver.Origin).Port)
        );
        Assert.Equal("leads to an address that is not public", (await SendAsync(client, request)).Failure);
        Assert.Empty(receiver.Calls);
    }

    [Fact]
    public async Task Redirect_is_not_followed_and_an_answer_outside_2xx_is_no_arrival()
    {
        using var receiver = new CallbackReceiver { Answer = _ => 302 };
        using var client = NewClient(Dns.GetHostAddresses);
        using var request = new HttpRequestMessage(HttpMethod.Get, receiver.Origin + "/");
        Assert.Equal("answered 302", (await SendAsync(client, request)).Failure);
        Assert.Single(receiver.Calls);
    }

    /// <summary>Of the threads that the pool has, everybody else's requests would be short.</summary>
    [Fact]
    public async Task Slow_lookups_take_no_thread_of_the_pool_and_hold_up_nobody()
    {
        using var receiver = new CallbackReceiver();
        using var answered = new ManualResetEventSlim();
        var (lookups, pooled) = (0, 0);
        using var client = NewClient(host =>
        {
            if (Thread.CurrentThread.IsThreadPoolThread) Interlocked.Increment(ref pooled);
            if (host.StartsWith("slow", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref lookups);
                answered.Wait();
            }
            return [IPAddress.Loopback];
        });
        var slow = Enumerable.Range(0, 100).Select(number => SendAsync($"slow{number % 50}.example")).ToList();
        await Eventually.IsTrueAsync("all names are looked up", () => Task.FromResult(lookups == 50));
        Assert.Null(await SendAsync("quick.example"));
        Assert.DoesNotContain(slow, call => call.IsCompleted);
        answered.Set();
        Assert.All(await Task.WhenAll(slow), Assert.Null);
        Assert.Equal((50, 0), (lookups, pooled));

        async Task<string?> SendAsync(string host)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}:{new Uri(receiver.Origin).Port}/");
            return (await CallbackTests.SendAsync(client, request)).Failure;
        }
    }

    private static Task<WebhookAnswer> SendAsync(WebhookClient client, HttpRequestMessage request) =>
        client.SendAsync(request, TimeSpan.FromSeconds(10), CancellationToken.None);

    // A clock that stands still: no call runs out of time.
    private static WebhookClient NewClient(Func<string, IPAddress[]> resolve) =>
        new(Options.Create(new WebhooksOptions { AllowPrivateAddresses = true }), new FakeTimeProvider(), resolve);
}
