using Azure.Core;
using Azure.Core.Pipeline;
using ContactRouting.Accounts;
using ContactRouting.Directory;
using ContactRouting.Storage;
using ContactRouting.Testing;
using Microsoft.Extensions.Options;

namespace ContactRouting.Tests.Storage;

/// <summary>How long a storage is waited for that does not answer. Each test waits for real, as the client's timeouts do.</summary>
[Trait("Category", "Slow")]
public sealed class StoragePatienceTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>
{
    // Clocks of instances differ, and what was sent may still be under way.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    private readonly FaultPolicy faults = new();

    [Fact]
    public void Everything_that_relies_on_the_end_of_a_commit_waits_longer()
    {
        Assert.True(StoragePatience.OfCommit < StoragePatience.OfRequest, "A request can still ask whether a commit took place.");
        Assert.True(StoragePatience.OfAttempt < StoragePatience.OfCommit, "A commit whose connection is dead is sent again.");
        Assert.True(StoragePatience.OfCommit + Slack < DueMarks.Margin, "A mark outlives the commit that relies on it.");
        Assert.True(StoragePatience.OfCall + DueMarks.Margin < DueMarks.Life, "A mark that took long to write is still good for a commit.");
        Assert.True(
            StoragePatience.OfCall + StoragePatience.OfCommit + StoragePatience.OfCall + Slack < LiveTable.OperationLife,
            "An operation's row is there after mark and commit, when it is asked for."
        );
        Assert.True(DueMarks.Margin < AccountRemoval.Patience, "A removal is finished when no commit from before it is under way.");
    }

    [Fact]
    public async Task Stalled_commit_ends_and_asks_for_its_operation()
    {
        var tables = NewTables();
        await FindAsync(tables);
        var live = LiveOf(tables);
        await CommitAsync(live, "before");
        faults.Stalls = request => request.Uri.ToString().Contains("$batch", StringComparison.Ordinal);
        var sent = faults.Sent;
        await Assert.ThrowsAsync<StorageUnavailableException>(() => CommitAsync(live, "stalled"));

        // On a busy machine no time is left for a second attempt.
        Assert.InRange(faults.Stalled, 1, 2);
        Assert.Equal(1, faults.Sent - sent);
    }

    [Fact]
    public async Task Commit_whose_answers_stay_away_until_its_time_is_over_is_ours()
    {
        var live = LiveOf(NewTables());
        await CommitAsync(live, "before");
        faults.LosesAnswers = request => request.Uri.ToString().Contains("$batch", StringComparison.Ordinal);
        await CommitAsync(live, "lost");
        Assert.NotNull(await live.FindAsync<Widget>(1, "lost", CancellationToken.None));
    }

    [Fact]
    public async Task Request_gives_up_once_and_what_it_does_then_is_not_tried()
    {
        var tables = NewTables();
        await FindAsync(tables);
        faults.Stalls = _ => true;
        using var patience = StoragePatience.Begin();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => FindAsync(tables));
        var stalled = faults.Stalled;
        await Assert.ThrowsAsync<StorageUnavailableException>(() => FindAsync(tables));

        // On a busy machine no time is left for a second attempt.
        Assert.InRange(stalled, 1, 2);
        Assert.Equal(stalled, faults.Stalled);
    }

    [Fact]
    public async Task Request_that_the_storage_answers_may_last_longer_than_its_patience()
    {
        var tables = NewTables();
        await FindAsync(tables);
        faults.Delay = StoragePatience.OfRequest / 10;
        using var patience = StoragePatience.Begin();
        for (var call = 0; call < 11; call++) await FindAsync(tables);
    }

    [Fact]
    public async Task Those_who_wait_for_their_turn_give_up_with_the_one_before_them()
    {
        var tables = NewTables();
        var turn = new StorageTurn();
        await FindAsync(tables);
        faults.Stalls = _ => true;
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Assert.ThrowsAsync<StorageUnavailableException>(RequestAsync)));
        // None of those behind has the time for two attempts of its own.
        Assert.InRange(faults.Stalled, 2, 11);
        faults.Stalls = _ => false;
        await RequestAsync();

        async Task RequestAsync()
        {
            using var patience = StoragePatience.Begin();
            await turn.WaitAsync(CancellationToken.None);
            try
            {
                await FindAsync(tables);
            }
            finally
            {
                turn.Release();
            }
        }
    }

    private Tables NewTables() =>
        new(
            Options.Create(new TablesOptions { ConnectionString = azurite.ConnectionString, NamePrefix = $"t{Guid.NewGuid():n}" }),
            [new HttpPipelineConfiguration(client => client.AddPolicy(faults, HttpPipelinePosition.BeforeTransport))]
        );

    private static LiveTable LiveOf(Tables tables) => new(tables, new DueMarks(tables, TimeProvider.System), TimeProvider.System);

    private static Task<Row<Widget>?> FindAsync(Tables tables) => tables.Live.FindAsync<Widget>("1", "w", CancellationToken.None);

    private static Task<Committed> CommitAsync(LiveTable live, string key)
    {
        var batch = new Batch(LiveTable.Partition(1));
        batch.Insert(key, new Widget());
        return live.CommitAsync(1, batch, null, CancellationToken.None);
    }

    /// <summary>Right before the network: keeps requests or their answers, so that only the client's own timeouts end them.</summary>
    private sealed class FaultPolicy : HttpPipelinePolicy
    {
        private int stalled;
        private int sent;

        public Func<Request, bool> Stalls { get; set; } = _ => false;

        public Func<Request, bool> LosesAnswers { get; set; } = _ => false;

        public TimeSpan Delay { get; set; }

        public int Stalled => stalled;

        public int Sent => sent;

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (Stalls(message.Request))
            {
                Interlocked.Increment(ref stalled);
                await Task.Delay(Timeout.Infinite, message.CancellationToken);
            }
            await Task.Delay(Delay, message.CancellationToken);
            Interlocked.Increment(ref sent);
            await ProcessNextAsync(message, pipeline);
            if (LosesAnswers(message.Request)) await Task.Delay(Timeout.Infinite, message.CancellationToken);
        }
    }
}
