using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ContactRouting.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.EndToEnd;

/// <summary>Pages of other origins read answers to a guest's or a contact's token where the account allows it, and no others.</summary>
public sealed class CrossOriginTests(ClockedFixture fixture) : IClassFixture<ClockedFixture>
{
    private const string Elsewhere = "https://elsewhere.example";

    private static readonly string[] CorsHeaders =
    [
        "Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Expose-Headers",
    ];

    private readonly ClockedApp app = fixture.App;
    private readonly string origin = $"https://{Guid.NewGuid():n}.example";

    [Fact]
    public async Task Page_of_an_allowed_origin_reads_answers_to_a_guest_and_refusals_too()
    {
        var (account, page) = await StartAsync();
        using var preflight = await PreflightAsync(origin, "routing/v1/contacts");
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal(origin, Header(preflight, "Access-Control-Allow-Origin"));
        Assert.Equal("Origin", Header(preflight, "Vary"));
        Assert.Equal("GET, HEAD, POST", Header(preflight, "Access-Control-Allow-Methods"));
        Assert.Contains("Idempotency-Key", Header(preflight, "Access-Control-Allow-Headers"), StringComparison.Ordinal);
        Assert.Equal("600", Header(preflight, "Access-Control-Max-Age"));

        using var arrived = await SendAsync(page, HttpMethod.Post, "contacts", origin, new { serviceId = account.ServiceId });
        AssertOpen(arrived, HttpStatusCode.Created);
        var contact = await arrived.Content.ReadFromJsonAsync<JsonElement>();
        var token = contact.GetProperty("token").GetString()!;
        var path = $"contacts/{contact.GetProperty("id").GetString()}";
        using (var read = await SendAsync(token, HttpMethod.Get, path, origin)) AssertOpen(read, HttpStatusCode.OK);
        using (var other = await SendAsync(token, HttpMethod.Get, "contacts", origin)) AssertOpen(other, HttpStatusCode.Forbidden);
        using (var bad = await SendAsync(page, HttpMethod.Post, "contacts", origin, new { })) AssertOpen(bad, HttpStatusCode.BadRequest);
        using (var no = await SendAsync(page[..^1] + "!", HttpMethod.Get, "contacts", origin)) AssertOpen(no, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Nobody_else_gets_to_read_anything()
    {
        var (account, page) = await StartAsync();
        var (_, othersPage) = await StartAsync($"https://{Guid.NewGuid():n}.example");
        var reader = await FullAccount.TokenAsync(account, new { kind = "read" });
        var agent = await FullAccount.TokenAsync(account, new { kind = "agent", agentId = 136 });
        var resolution = $"services/{account.ServiceId}/resolution";
        using (var preflight = await PreflightAsync(Elsewhere, "routing/v1/contacts")) AssertClosed(preflight, HttpStatusCode.Forbidden);
        using (var preflight = await PreflightAsync(origin, "routing/v1/nothing")) AssertClosed(preflight, HttpStatusCode.NotFound);
        using (var preflight = await PreflightAsync("null", "routing/v1/contacts")) AssertClosed(preflight, HttpStatusCode.Forbidden);
        using (var answer = await SendAsync(page, HttpMethod.Get, resolution, Elsewhere)) AssertClosed(answer, HttpStatusCode.OK);
        using (var answer = await SendAsync(page, HttpMethod.Get, resolution, origin + ":8443")) AssertClosed(answer, HttpStatusCode.OK);
        using (var answer = await SendAsync(page, HttpMethod.Get, resolution, "null")) AssertClosed(answer, HttpStatusCode.OK);
        using (var answer = await SendAsync(othersPage, HttpMethod.Get, "contacts", origin)) AssertClosed(answer, HttpStatusCode.Forbidden);
        using (var answer = await SendAsync(account.AccessToken, HttpMethod.Get, "queues", origin)) AssertClosed(answer, HttpStatusCode.OK);
        using (var answer = await SendAsync(reader, HttpMethod.Get, resolution, origin)) AssertClosed(answer, HttpStatusCode.OK);
        using (var answer = await SendAsync(agent, HttpMethod.Get, "agents/136", origin)) AssertClosed(answer, HttpStatusCode.OK);
        using (var answer = await SendAsync("", HttpMethod.Get, resolution, origin)) AssertClosed(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Origin_that_is_allowed_no_more_leaves_the_index()
    {
        var (account, page) = await StartAsync();
        await account.JsonAsync(HttpMethod.Patch, "/routing/v1/settings", new { allowedOrigins = Array.Empty<string>() });
        using (var answer = await SendAsync(page, HttpMethod.Get, "contacts", origin)) AssertClosed(answer, HttpStatusCode.Forbidden);
        Assert.True(await IsIndexedAsync(), "An entry that is young may belong to a change that is under way.");
        await app.SweepAfterAsync(121);
        Assert.False(await IsIndexedAsync());
        using var preflight = await PreflightAsync(origin, "routing/v1/contacts");
        AssertClosed(preflight, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Origin_that_was_allowed_for_long_leaves_the_index_at_once_and_comes_back()
    {
        var (account, _) = await StartAsync();
        app.Clock.Advance(TimeSpan.FromMinutes(3));
        await account.JsonAsync(HttpMethod.Patch, "/routing/v1/settings", new { allowedOrigins = Array.Empty<string>() });
        Assert.False(await IsIndexedAsync());
        await account.JsonAsync(HttpMethod.Patch, "/routing/v1/settings", new { allowedOrigins = new[] { origin } });
        Assert.True(await IsIndexedAsync());
        await app.SweepAfterAsync(121);
        Assert.True(await IsIndexedAsync());
        await account.DeleteAsync();
        Assert.False(await IsIndexedAsync());
    }

    private async Task<(TestAccount Account, string Page)> StartAsync(string? allowed = null)
    {
        var account = await TestAccount.CreateAsync(app.Http);
        await account.JsonAsync(HttpMethod.Patch, "/routing/v1/settings", new { allowedOrigins = new[] { allowed ?? origin } });
        return (account, await FullAccount.TokenAsync(account, new { kind = "guest", serviceIds = new[] { account.ServiceId } }));
    }

    private async Task<bool> IsIndexedAsync() =>
        await app.Services.GetRequiredService<Tables>().Claims.CountAsync($"origin|{ClaimKey.Hash(origin)}", KeyRange.All, 1, default) > 0;

    private async Task<HttpResponseMessage> PreflightAsync(string from, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, $"/{path}");
        request.Headers.TryAddWithoutValidation("Origin", from);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
        return await app.Http.SendAsync(request);
    }

    private async Task<HttpResponseMessage> SendAsync(string token, HttpMethod method, string path, string from, object? body = null)
    {
        using var request = new HttpRequestMessage(method, $"/routing/v1/{path}");
        request.Content = body is null ? null : JsonContent.Create(body);
        if (token.Length > 0) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        request.Headers.TryAddWithoutValidation("Origin", from);
        return await app.Http.SendAsync(request);
    }

    private void AssertOpen(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(origin, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("Origin", Header(answer, "Vary"));
        Assert.Equal("ETag, Location, Retry-After", Header(answer, "Access-Control-Expose-Headers"));
    }

    private static void AssertClosed(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.All(CorsHeaders, name => Assert.False(answer.Headers.Contains(name), name));
    }

    private static string Header(HttpResponseMessage answer, string name) => string.Join(", ", answer.Headers.GetValues(name));
}
