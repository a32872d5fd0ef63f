using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.OwnApi;
using ContactRouting.Routing;
using ContactRouting.Storage;
using ContactRouting.Testing;

namespace ContactRouting.Tests.Contacts;

[Trait("Category", "Slow")]
public sealed class ContactViewTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Position_is_told_up_to_a_thousand_and_from_there_at_least_that()
    {
        var app = AppServices.Create(azurite.ConnectionString, $"t{Guid.NewGuid():n}", TimeProvider.System);
        var accountId = await app.CreateAccountAsync();
        await app.Get<DirectoryStore>()
            .ChangeAsync(accountId, edit =>
                edit.Put(new Queue { Id = 10, ExternalId = "QU_0000000000000010", Name = $"q-{accountId}" }), None);
        var now = DateTimeOffset.UtcNow;
        var last = new Contact { Id = "last", State = ContactState.Queued, QueueId = 10, WaitingSince = now };
        await InFrontAsync(0, 999);
        var shown = await ShowAsync();
        Assert.Equal((1000, 180_000), (shown["position"], shown["estimatedWaitSeconds"]));
        Assert.DoesNotContain("positionAtLeast", shown.Keys);

        await InFrontAsync(999, 1);
        shown = await ShowAsync();
        Assert.Equal((null, null, 1001), (shown["position"], shown["estimatedWaitSeconds"], shown["positionAtLeast"]));
        await InFrontAsync(1000, 100);
        Assert.Equal(1001, (await ShowAsync())["positionAtLeast"]);

        Task<IReadOnlyDictionary<string, object?>> ShowAsync() =>
            app.Get<ContactView>().ShowAsync(accountId, last, new ContactParts(Position: true, Decision: false), None);

        async Task InFrontAsync(int first, int count)
        {
            foreach (var numbers in Enumerable.Range(first, count).Chunk(Batch.MaxActions))
            {
                var batch = new Batch(LiveTable.Partition(accountId));
                foreach (var number in numbers)
                {
                    var place = new Place(0, now - TimeSpan.FromMinutes(1), $"c{number}");
                    var keys = WaitingRows.Keys(Line.OfQueue(10), place);
                    var key = keys.Single(key => key.StartsWith(LiveKeys.Lines, StringComparison.Ordinal));
                    batch.Insert(key, new WaitingEntry { ContactId = $"c{number}", Channel = "chat", WaitingSince = now });
                }
                await app.Get<LiveTable>().TryCommitAsync(batch, None);
            }
        }
    }
}
