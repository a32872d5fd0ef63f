using System.Net;
using System.Text;

namespace ContactRouting.EndToEnd.OpenApi;

/// <summary>What holds all other tests' answers to the description lets nothing through that is not described.</summary>
public sealed class DescribedHandlerTests
{
    private const string Health = """{"status":"ok","version":"1.0.0"}""";

    [Theory]
    [InlineData("/healthz", 200, Health)]
    [InlineData("/healthz/", 200, Health)]
    [InlineData("/HEALTHZ", 200, Health)]
    [InlineData("/api/ver1.0/client/@me/limit", 200, """{"agent_event":20}""")]
    [InlineData("/client/client_info/7", 200, """{"id":7,"name":"","create_date":"2026-01-31 12:00:00"}""")]
    [InlineData("/not/described", 200, "[]")]
    public async Task Described_answer_is_given(string path, int status, string json) =>
        Assert.Equal(json, await AnswerAsync(path, status, json));

    [Theory]
    [InlineData("/healthz", 200, """{"status":"ok"}""", "version")]
    [InlineData("/healthz", 200, """{"status":"ok","version":1}""", "/version")]
    [InlineData("/healthz", 200, """{"status":"ok","version":"1.0.0","uptime":1}""", "/uptime")]
    [InlineData("/healthz", 418, Health, "status")]
    [InlineData("/routing/v1/contacts/a", 401, """{"message":"Unauthorized","status":401}""", "application/json is not described")]
    [InlineData("/user", 404, """{"message":"Not found"}""", "status")]
    [InlineData("/2011-12-03/services", 200, """[{"id":1,"name":"","offline-html":null}]""", "/0/offline-html")]
    public async Task Answer_that_is_not_described_is_refused(string path, int status, string json, string told)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => AnswerAsync(path, status, json));
        Assert.Contains(told, refused.Message, StringComparison.Ordinal);
    }

    private static async Task<string> AnswerAsync(string path, int status, string json)
    {
        using var http = new HttpClient(new DescribedHandler { InnerHandler = new Answering(status, json) });
        return await http.GetStringAsync(new Uri($"http://localhost{path}"));
    }

    private sealed class Answering(int status, string json) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(
                new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(json, Encoding.UTF8, "application/json") }
            );
    }
}
