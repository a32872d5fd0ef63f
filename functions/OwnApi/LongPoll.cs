using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>What a look found.</summary>
/// <param name="ETag">Of what it found: another tells that something changed.</param>
/// <param name="IsNothing">Whether there is nothing that would be worth an answer to whoever has no tag.</param>
internal sealed record Look(string ETag, bool IsNothing, Func<Task<Reply>> ShowAsync);

/// <summary>Requests that wait: for something else than the caller has, by the tag that it sends, or for anything at all.</summary>
internal sealed class LongPoll(TimeProvider time)
{
    public const string Parameter = "wait";

    private const int LongestSeconds = 25;

    /// <summary>Between two looks.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="lookAsync">
    /// Is given what it found before, and may give it back where it can tell cheaply that nothing changed; nothing for the first and
    /// the last look.
    /// </param>
    public async Task<Reply> AnswerAsync(HttpRequest request, Func<Look?, Task<Look>> lookAsync, CancellationToken cancellationToken)
    {
        var end = time.GetUtcNow().AddSeconds(Fields.FromQuery(request).Integer(Parameter, 0, LongestSeconds) ?? 0);
        var hasTag = request.Headers.IfNoneMatch.Count > 0;
        for (Look? look = null; ; await Task.Delay(Pause, time, cancellationToken))
        {
            var isLast = time.GetUtcNow() >= end;
            look = await lookAsync(isLast ? null : look);
            var isKnown = hasTag ? EntityTag.IsCurrent(request, look.ETag) : look.IsNothing;
            if (isKnown && !isLast) continue;
            var reply = hasTag && isKnown ? Reply.Empty(StatusCodes.Status304NotModified) : await look.ShowAsync();
            return reply.With("ETag", look.ETag);
        }
    }
}
