using System.Globalization;
using ContactRouting.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Webhooks;

/// <summary>Whose turn it is, without anything that is called.</summary>
public sealed class DeliveryQueueTests
{
    private readonly DeliveryQueue queue = new();

    [Fact]
    public void Subject_stands_in_the_queue_once_and_runs_once_more_where_it_is_announced_meanwhile()
    {
        for (var time = 0; time < 3; time++) queue.Announce(Target(1, 1), isNews: false);
        var look = Assert.Single(Turns());
        queue.End(look);
        Assert.Equal([look], Turns());
        queue.Announce(Target(1, 1), isNews: false);
        queue.Announce(Target(1, 1), isNews: false);
        queue.End(look);
        Assert.Equal([look], Turns());
        queue.End(look);
        Assert.Empty(Turns());
    }

    [Fact]
    public void Waiting_subject_stands_in_the_queue_once()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var agent = 0; agent <= DeliveryQueue.MostAtHost; agent++) queue.Announce(Target(1, agent), isNews: false);
        }
        var started = Turns();
        Assert.Equal(DeliveryQueue.MostAtHost, started.Count);
        queue.End(started[0]);

        // It was announced a second time while it ran, and stands behind who waited first.
        Assert.Equal([DeliveryQueue.MostAtHost], Turns().Select(turn => NumberOf(turn)));
        queue.End(started[1]);
        Assert.Equal([0], Turns().Select(turn => NumberOf(turn)));
    }

    [Fact]
    public void Thousands_of_subjects_of_one_account_leave_another_its_turn_and_take_no_more_than_their_share()
    {
        for (var agent = 0; agent < 20_000; agent++) queue.Announce(Target(1, agent), isNews: false);
        var first = Turns();
        Assert.Equal(DeliveryQueue.MostAtHost, first.Count);
        queue.Announce(Target(2, 1), isNews: false);
        Assert.Equal(Target(2, 1), Assert.Single(Turns()).Target);

        // What is not remembered the timer announces again.
        var looked = 0;
        for (var running = new Queue<Delivery>(first); running.TryDequeue(out var next); looked++)
        {
            queue.End(next);
            foreach (var more in Turns()) running.Enqueue(more);
        }
        Assert.Equal(DeliveryQueue.MostAtHost + DeliveryQueue.MostWaitingOfAccount, looked);
    }

    [Fact]
    public void Hosts_of_one_account_take_no_more_than_its_share()
    {
        for (var host = 0; host < 100; host++) queue.Add(Delivery.Calls(Target(1, host), $"http://h{host}/"));
        Assert.Equal(DeliveryQueue.MostOfAccount, Turns().Count);
        queue.Add(Delivery.Calls(Target(2, 1), "http://h99/"));
        Assert.Single(Turns());
    }

    [Fact]
    public void Host_that_hangs_leaves_the_other_hosts_of_its_account_their_turn()
    {
        for (var agent = 0; agent < 1000; agent++) queue.Add(Delivery.Calls(Target(1, agent), "http://hangs/"));
        Assert.Equal(DeliveryQueue.MostAtHost, Turns().Count);
        for (var agent = 0; agent < 40; agent++) queue.Add(Delivery.Calls(Target(1, agent), "http://heals/"));
        var healthy = Turns();
        Assert.Equal((DeliveryQueue.MostOfAccount - DeliveryQueue.MostAtHost) / 2, healthy.Count);
        foreach (var ended in healthy) queue.End(ended);
        Assert.Equal(Enumerable.Range(16, 16), Turns().Select(turn => NumberOf(turn)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void Hosts_that_hang_leave_another_of_their_account_a_place_whether_they_come_together_or_one_after_another(int hosts)
    {
        var works = Enumerable.Range(0, 100 * hosts).ToList();
        foreach (var work in works) queue.Add(Delivery.Calls(Target(1, work), $"http://h{work % hosts}/"));
        foreach (var work in works) queue.Add(Delivery.Calls(Target(2, work), $"http://g{work / 100}/"));
        Turns();
        foreach (var account in new[] { 1, 2 })
        {
            queue.Add(Delivery.Calls(Target(account, -1), "http://heals/"));
            Assert.Equal(Target(account, -1), Assert.Single(Turns()).Target);
        }
    }

    [Fact]
    public void Host_of_many_accounts_takes_no_more_than_its_share_and_serves_them_in_turns()
    {
        for (var account = 1; account <= 40; account++)
        {
            for (var agent = 0; agent < 2; agent++)
                queue.Add(Delivery.Calls(Target(account, agent), $"https://HOST:443/{account}"));
        }
        var first = Turns();
        Assert.Equal(DeliveryQueue.MostAtHost, first.Count);
        queue.Add(Delivery.Calls(Target(1, 3), "http://other/"));
        Assert.Single(Turns());

        // Sixteen accounts have had both their turns; the others have one each, then another.
        foreach (var ended in first) queue.End(ended);
        var second = Turns();
        Assert.Equal(Enumerable.Range(17, 24), second.Take(24).Select(turn => turn.Target.AccountId));
        Assert.Equal(Enumerable.Range(17, 8), second.Skip(24).Select(turn => turn.Target.AccountId));
    }

    [Fact]
    public void Account_with_nothing_under_way_has_its_turn_where_all_others_took_everything()
    {
        for (var account = 1; account <= DeliveryQueue.Most / 2; account++)
        {
            for (var agent = 0; agent < 2; agent++)
                queue.Add(Delivery.Calls(Target(account, agent), $"http://h{account}/"));
        }
        var first = Turns();
        queue.Add(Delivery.Calls(Target(-1, 0), "http://healthy/"));
        queue.Add(Delivery.Calls(Target(-1, 1), "http://healthy/"));
        var own = Turns().Where(turn => turn.Target.AccountId == -1).ToList();
        Assert.Equal(Target(-1, 0), Assert.Single(own).Target);
        queue.End(own[0]);
        Assert.Contains(Target(-1, 1), Turns().Select(turn => turn.Target));
        Assert.Equal(DeliveryQueue.Most, first.Count);
    }

    [Fact]
    public void Resting_targets_are_forgotten_before_they_are_too_many()
    {
        var time = new FakeTimeProvider();
        var resting = new RestingTargets(time);
        var nowhere = new Dictionary<string, DateTimeOffset>();
        for (var agent = 0; agent < 99_999; agent++) resting.Put(Target(1, agent), time.GetUtcNow().AddMinutes(1), 1, nowhere);
        time.Advance(TimeSpan.FromMinutes(2));
        var over = time.GetUtcNow().AddHours(1);
        for (var agent = 0; agent < 99_999; agent++) resting.Put(Target(2, agent), over, 1, nowhere);
        Assert.True(resting.IsResting(Target(2, 0), 1));
        Assert.False(resting.IsResting(Target(2, 0), 2));
        for (var agent = 0; agent < 99_999; agent++) resting.Put(Target(3, agent), over, 1, nowhere);
        Assert.False(resting.IsResting(Target(2, 0), 1));
        Assert.True(resting.IsResting(Target(3, 99_998), 1));
    }

    [Fact]
    public void News_of_a_subject_are_told_once()
    {
        Assert.False(queue.TakeNews(Target(1, 1)));
        queue.Announce(Target(1, 1), isNews: true);
        queue.Announce(Target(1, 1), isNews: false);
        Assert.True(queue.TakeNews(Target(1, 1)));
        Assert.False(queue.TakeNews(Target(1, 1)));
    }

    [Fact]
    public void Who_waits_for_a_host_is_known_until_its_rest_ends()
    {
        var time = new FakeTimeProvider();
        var resting = new RestingTargets(time);
        var (now, over) = (time.GetUtcNow(), time.GetUtcNow().AddHours(1));
        resting.Put(Target(1, 1), over, 1, new Dictionary<string, DateTimeOffset> { ["a"] = now, ["b"] = now });
        resting.Put(Target(1, 2), over, 1, new Dictionary<string, DateTimeOffset> { ["b"] = now.AddSeconds(30) });
        Assert.Equal([Target(1, 1)], resting.TakeAt("a"));
        Assert.Empty(resting.TakeAt("a"));
        Assert.Equal([Target(1, 1)], resting.TakeAt("b"));
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([Target(1, 2)], resting.TakeAt("b"));
        resting.Put(Target(1, 1), over, 1, new Dictionary<string, DateTimeOffset> { ["a"] = now });
        resting.End(Target(1, 1));
        Assert.Empty(resting.TakeAt("a"));
        resting.Shorten(Target(1, 2), time.GetUtcNow().AddMinutes(1));
        resting.Shorten(Target(1, 2), time.GetUtcNow().AddMinutes(2));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(resting.IsResting(Target(1, 2), 1));
    }

    private static DeliveryTarget Target(int account, int number) => new(account, $"agent.{number}");

    private static int NumberOf(Delivery turn) => int.Parse(turn.Target.Subject.Split('.')[1], CultureInfo.InvariantCulture);

    /// <summary>The work whose turn has come.</summary>
    private List<Delivery> Turns()
    {
        var turns = new List<Delivery>();
        while (queue.Turns.TryRead(out var turn)) turns.Add(turn.Delivery);
        return turns;
    }
}
