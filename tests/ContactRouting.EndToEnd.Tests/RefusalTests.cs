using System.Net;
using System.Text;
using System.Text.Json;

namespace ContactRouting.EndToEnd;

/// <summary>What the own API says of requests that it cannot use: what was wrong, and what was expected.</summary>
public sealed class RefusalTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Theory]
    [InlineData("GET", "/routing/v1/contacts?limt=5", null, "limt", "limt is no query parameter of this path; perhaps limit was meant.")]
    [InlineData("GET", "/routing/v1/contacts?order=1", null, "order", "there are id, limit, cursor, state, queueId, serviceId,")]
    [InlineData("POST", "/routing/v1/contacts?state=queued", "{}", "state", "there are include.")]
    [InlineData("GET", "/routing/v1/contacts/none?include=position&include=decision", null, "include", "is given more than once.")]
    [InlineData("GET", "/routing/v1/queues/14101?x=1", null, "x", "x is no query parameter of this path; there are none.")]
    [InlineData("PUT", "/routing/v1/configuration?dryRun=True", "{}", "dryRun", "must be true, to show what would change, or false.")]
    [InlineData("PUT", "/routing/v1/configuration?dryrun=true", "{}", "dryrun", "perhaps dryRun was meant.")]
    [InlineData(
        "PUT",
        "/routing/v1/agents/136/presence",
        """{"status":"available","occurred_at":"2026-01-01T00:00:00Z"}""",
        "occurred_at",
        "occurred_at is not known; perhaps occurredAt was meant."
    )]
    [InlineData(
        "PUT",
        "/routing/v1/agents/136/presence",
        """{"status":"available","occurredAt":"2100-01-01T00:00:00Z"}""",
        "occurredAt",
        "occurredAt is more than 60 s ahead of the server's clock."
    )]
    [InlineData("POST", "/routing/v1/contacts", """{"agentId":136,"priority":1001}""", "priority", "from 0 to 1000")]
    [InlineData("POST", "/routing/v1/contacts", "{\n  \"agentId\": 136,\n  oops\n}", null, "it is none at line 3, byte 3.")]
    public async Task Refusal_names_what_was_wrong_and_what_was_expected(
        string method,
        string path,
        string? body,
        string? field,
        string expected
    )
    {
        var account = await fixture.UntouchedAccountAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new("Bearer", account.AccessToken);
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await fixture.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Contains(expected, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(field, problem.TryGetProperty("field", out var named) ? named.GetString() : null);
    }

    [Theory]
    [InlineData("/routing/v1/contacts", "Bearer", "an access token of POST /oauth/token")]
    [InlineData("/operator/v1/accounts", "Bearer", "an operator key")]
    [InlineData("/client/@me/limit", "Bearer", "Unauthorized")]
    [InlineData("/hooks/none/agent-events", "", "sink token")]
    public async Task Refusal_of_a_stranger_says_which_credential_is_taken_without_a_prompt(string path, string challenge, string takes)
    {
        using var answer = await fixture.Http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(challenge, answer.Headers.WwwAuthenticate.ToString());
        Assert.Contains(takes, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
