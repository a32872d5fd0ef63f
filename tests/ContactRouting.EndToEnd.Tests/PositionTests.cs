using System.Text.Json;
using ContactRouting.Contacts;
using ContactRouting.Routing;
using ContactRouting.Storage;
using Microsoft.Extensions.DependencyInjection;
using static ContactRouting.EndToEnd.Desk;

namespace ContactRouting.EndToEnd;

/// <summary>The place of a contact in a line that is longer than places are counted.</summary>
public sealed class PositionTests(ClockedFixture fixture) : IClassFixture<ClockedFixture>
{
    [Theory]
    [InlineData(999, 1000, null)]
    [InlineData(1000, null, 1001)]
    [InlineData(1100, null, 1001)]
    public async Task Position_is_exact_up_to_a_thousand_and_then_the_least_that_it_is(int before, int? position, int? atLeast)
    {
        await using var desk = await OneAsync(fixture.App);
        await desk.OutAsync(11, "busy");
        await FillAsync(desk.Account.Id, before);
        Assert.Equal("queued 1", await desk.ArriveAsync("last", 1));
        var contact = await desk.Client.ContactAsync("last?include=position");
        Assert.Equal((position, atLeast), (Number("position"), Number("positionAtLeast")));
        Assert.Equal(position is null, Number("estimatedWaitSeconds") is null);

        int? Number(string name) =>
            contact.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
    }

    /// <summary>Fills the line of queue 1 as if so many had come an hour ago.</summary>
    private async Task FillAsync(int accountId, int count)
    {
        var (live, line) = (fixture.App.Services.GetRequiredService<LiveTable>(), Line.OfQueue(1));
        var since = fixture.App.Clock.GetUtcNow().AddHours(-1);
        await Task.WhenAll(Enumerable.Range(0, count).Chunk(Batch.MaxActions).Select(async numbers =>
        {
            var batch = new Batch(LiveTable.Partition(accountId));
            foreach (var id in numbers.Select(number => $"filled-{number}"))
                batch.Insert(
                    WaitingRows.Keys(line, new Place(0, since, id)).First(),
                    new WaitingEntry { ContactId = id, WaitingSince = since }
                );
            await live.TryCommitAsync(batch, CancellationToken.None);
        }));
    }
}
