using System.Security.Cryptography;
using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Testing;
using ContactRouting.Webhooks;

namespace ContactRouting.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    /// <summary>Source: Standard Webhooks, the tests of its libraries.</summary>
    private const string KnownSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private const string KnownId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string KnownPayload = "{\"test\": 2432232314}";
    private const string KnownSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly DateTimeOffset KnownTime = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Fact]
    public void Known_message_has_its_known_signature() =>
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["webhook-id"] = KnownId,
                ["webhook-timestamp"] = "1614265330",
                ["webhook-signature"] = KnownSignature,
            },
            WebhookSignature.Headers([KnownSecret], KnownId, KnownTime, KnownPayload).ToDictionary()
        );

    [Fact]
    public void Each_secret_makes_a_signature_in_its_order_and_none_makes_no_header()
    {
        var fresh = NewSecret();
        var signatures = Signature([fresh, KnownSecret]).Split(' ');
        Assert.Equal([Signature([fresh]), KnownSignature], signatures);
        Assert.NotEqual(KnownSignature, signatures[0]);
        Assert.Empty(WebhookSignature.Headers([], KnownId, KnownTime, KnownPayload));
    }

    [Theory]
    [InlineData("msg_other", 0, KnownPayload)]
    [InlineData(KnownId, 1, KnownPayload)]
    [InlineData(KnownId, 0, "{\"test\": 2432232315}")]
    [InlineData(KnownId, 0, "")]
    public void Whatever_is_changed_changes_the_signature(string id, int seconds, string payload) =>
        Assert.NotEqual(KnownSignature, Signature([KnownSecret], id, KnownTime.AddSeconds(seconds), payload));

    [Fact]
    public void Part_of_a_second_is_not_told() =>
        Assert.Equal(KnownSignature, Signature([KnownSecret], at: KnownTime.AddMilliseconds(999)));

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("Get")]
    [InlineData("Post")]
    public async Task Receiver_s_library_takes_a_callback_with_either_secret_and_no_other(string method)
    {
        var (old, fresh) = (NewSecret(), NewSecret());
        var agent = new AgentState { AgentId = 136, Address = "000*094@ringme.ru", Status = PresenceStatus.Available };
        var login = AgentFacts.Event(new(PresenceSource.Phone, KnownTime), new AgentState(), agent) with { Id = "0b6c" };
        var (request, signed) = CallbackForm.Make("https://example.com/in?a=%20b&c=%C3%A9", Enum.Parse<CallbackMethod>(method), login);
        using var call = request;
        foreach (var (name, value) in WebhookSignature.Headers([fresh, old], login.Id, KnownTime, signed)) request.Headers.Add(name, value);
        var payload = request.Content is { } body ? await body.ReadAsStringAsync() : request.RequestUri!.PathAndQuery.Split('?', 2)[1];
        var headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.Single());
        Assert.Equal(("0b6c", "1614265330"), (headers["webhook-id"], headers["webhook-timestamp"]));
        foreach (var secret in new[] { old, fresh }) Assert.Equal("verified", await StandardWebhooks.VerifyAsync(secret, headers, payload));
        Assert.Equal("No matching signature found", await StandardWebhooks.VerifyAsync(NewSecret(), headers, payload));
        Assert.Equal("No matching signature found", await StandardWebhooks.VerifyAsync(fresh, headers, payload + "&x=1"));
    }

    private static string NewSecret() => WebhookSignature.Secret(RandomNumberGenerator.GetBytes(WebhookSignature.SecretBytes));

    private static string Signature(
        IReadOnlyList<string> secrets,
        string id = KnownId,
        DateTimeOffset? at = null,
        string payload = KnownPayload
    ) => WebhookSignature.Headers(secrets, id, at ?? KnownTime, payload).ToDictionary()["webhook-signature"];
}
