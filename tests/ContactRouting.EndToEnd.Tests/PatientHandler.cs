using System.Net;

namespace ContactRouting.EndToEnd;

/// <summary>
/// Sends a request again when the answer says so, as clients do: on a busy machine the storage takes longer than the app
/// waits for it, or others are in the way for too long.
/// </summary>
public sealed class PatientHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || answer.Headers.RetryAfter?.Delta is not { } pause) return answer;
            answer.Dispose();
            await Task.Delay(pause, cancellationToken);
        }
    }
}
