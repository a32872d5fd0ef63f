using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd;

/// <summary>An encryption key that was replaced without giving the one before it.</summary>
public sealed class LostKeyTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task What_was_sealed_under_it_opens_nothing_and_the_operator_is_told_once_which_setting_is_missing()
    {
        Assert.NotNull(fixture.Http);
        using var receiver = new CallbackReceiver();
        var prefix = AppFixture.NewPrefix();
        TestAccount account;
        using (var before = AppFixture.NewApp(prefix))
        {
            await before.StartAsync();
            account = await AppFixture.CreateAccountAsync(before.Http);
            using var created = await CreateAsync(before.Http);
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            using var subscribed = await account.SendAsync(
                HttpMethod.Post,
                "/client/@me/agent/local/136/event/",
                new { url = receiver.Origin, event_type = "agent-login", method = "GET" }
            );
            Assert.Equal(HttpStatusCode.Created, subscribed.StatusCode);
        }

        using var app = AppFixture.NewApp(prefix);
        app.Settings["Encryption__currentKey"] = $"next:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";
        await app.StartAsync();
        for (var time = 0; time < 2; time++)
        {
            using var refused = await new StringeeClient(app.Http, account).SendAsync(HttpMethod.Get, "/v1/agent");
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Equal(5, (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("r").GetInt32());
            using var again = await CreateAsync(app.Http);
            Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        }
        var query = "?agent_id=136&agent_status=available&agent_type=local&event_source=phone";
        using (var login = await app.Http.GetAsync(account.SinkUri(query))) Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        await receiver.ReceivedAsync(1);
        Assert.Empty(receiver.Calls[0].Signature);
        Assert.Single(app.Output, line => line.Contains("Encryption__previousKey", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Output, line => line.StartsWith("fail:", StringComparison.Ordinal));
    }

    private static Task<HttpResponseMessage> CreateAsync(HttpClient http) =>
        OperatorClient.SendAsync(http, HttpMethod.Post, "accounts", new { name = "Once" }, idempotencyKey: "once");
}
