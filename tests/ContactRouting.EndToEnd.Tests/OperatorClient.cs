using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace ContactRouting.EndToEnd;

/// <summary>A client of the operator's API.</summary>
internal static class OperatorClient
{
    /// <param name="path">Behind the API's own.</param>
    /// <param name="key">Null for the first operator key.</param>
    /// <param name="idempotencyKey">Null for none.</param>
    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient http,
        HttpMethod method,
        string path,
        object? body = null,
        string? key = null,
        string? idempotencyKey = null
    )
    {
        using var request = new HttpRequestMessage(method, $"/operator/v1/{path}");
        if (body is not null) request.Content = JsonContent.Create(body);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? AppProcess.OperatorKey);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        return await http.SendAsync(request);
    }
}
