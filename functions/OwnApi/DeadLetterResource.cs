using ContactRouting.Events;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Storage;
using ContactRouting.Webhooks;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>Calls that did not arrive in time, of subscriptions and of RingMe's callbacks.</summary>
internal sealed class DeadLetterResource(DeadLetters letters, Replay replay, Paging paging)
{
    public async Task<Reply> ListAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var page = paging.Read(request, LiveTable.Partition(accountId));
        var (items, next) = await letters.ListAsync(accountId, page.After, page.Limit, cancellationToken);
        var shown = items.Select(row =>
        {
            var (letter, receiver) = (row.Value, Receiver.Parse(row.Value.Receiver));
            return new
            {
                subscriptionId = receiver.Kind == ReceiverKind.Subscription ? receiver.Id : (int?)null,
                callbackId = receiver.Kind == ReceiverKind.Callback ? receiver.Id : (int?)null,
                letter.Url,
                letter.Reason,
                letter.GivenUpAt,
                letter.Entry.Attempts,
                Event = EventView.Of(accountId, letter.Entry.Event),
            };
        });
        return Reply.Json(new { items = shown, nextCursor = page.Next(next) }, EventData.Json);
    }

    /// <summary>All of them, or those of what happened from one time to another.</summary>
    public async Task<Reply> ReplayAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        fields.RefuseOthers("from", "to");
        var (from, to) = (fields.Time("from"), fields.Time("to"));
        bool IsMeant(DeadLetter letter) => !(letter.Entry.Event.OccurredAt < from) && !(letter.Entry.Event.OccurredAt >= to);
        var replayed = await replay.DeadLettersAsync(accountId, IsMeant, cancellationToken);
        return Reply.Json(
            new { replayed = replayed.Count, hasMore = replayed.HasMore },
            EventData.Json,
            StatusCodes.Status202Accepted
        );
    }
}
