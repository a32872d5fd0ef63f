using System.Text;
using System.Text.Json;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.OwnApi;
using ContactRouting.Presence;
using ContactRouting.Storage;
using ContactRouting.Testing;
using ContactRouting.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Webhooks;

/// <summary>More than one request replays: the next one goes on by what the answer says.</summary>
[Trait("Category", "Slow")]
public sealed class ReplayTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    /// <summary>A request replays 5,000.</summary>
    private const int Many = 5_100;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task Dead_letters_that_are_too_many_for_one_request_are_replayed_by_the_same_request_again()
    {
        var app = AppServices.Create(azurite.ConnectionString, $"t{Guid.NewGuid():n}", time);
        var accountId = await app.CreateAccountAsync();
        var wish = new Subscription { Url = "https://example.com/", EventTypes = ["*"] };
        var subscription = await app.Get<DirectoryStore>().ChangeAsync(accountId, edit => edit.Put(wish with { Id = edit.TakeId() }), None);
        var ping = await app.Get<Replay>().PingAsync(accountId, subscription, null, None);
        var letter = new DeadLetter
        {
            Receiver = Receiver.Of(subscription).Key,
            GivenUpAt = time.GetUtcNow(),
            Entry = new OutboxEntry { Event = ping, CommittedAt = time.GetUtcNow() },
        };
        foreach (var chunk in Enumerable.Range(0, Many).Chunk(Batch.MaxActions))
        {
            var batch = new Batch(LiveTable.Partition(accountId));
            foreach (var number in chunk) batch.Upsert(TableKey.Number(number), letter);
            await app.Get<Tables>().DeadLetters.CommitAsync(batch, None);
        }

        Assert.Equal((5_000, true), await ReplayAsync());
        Assert.Equal((Many - 5_000, false), await ReplayAsync());
        Assert.Equal((0, false), await ReplayAsync());

        async Task<(int Replayed, bool HasMore)> ReplayAsync()
        {
            var request = new DefaultHttpContext().Request;
            request.ContentType = "application/json";
            request.Body = new MemoryStream(Encoding.UTF8.GetBytes("""{"deadLetters":true}"""));
            var reply = await app.Get<SubscriptionResource>().ReplayAsync(accountId, $"{subscription.Id}", request, None);
            var answer = JsonSerializer.Deserialize<JsonElement>((await reply.PartsAsync()).Body);
            Assert.Equal(JsonValueKind.Null, answer.GetProperty("next").ValueKind);
            return (answer.GetProperty("replayed").GetInt32(), answer.GetProperty("hasMore").GetBoolean());
        }
    }
}
