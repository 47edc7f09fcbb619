# ---
# jupyter:
#   jupytext:
#     notebook_metadata_filter: mailsim
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
#   mailsim:
#     lang: en
# ---

# %% [markdown]
# # Judged as spam: how does honest mail get a good name?
#
# A school has a new mail server. It must reach 1,200 families, all at one large webmail provider that has never seen
# its address. The letters are honest, the families want them, the server is fast. Still, most of them come back, and
# some land in the spam folder.
#
# Why? And how does one get a good name with somebody who does not know you?
#
# *Everything here happens in a simulation. No real mail is ever sent.*

# %% [markdown] tags=["teacher"]
# <details><summary><b>For the teacher: a plan of 50 minutes</b></summary>
#
# | minutes | what | cells |
# |---|---|---|
# | 3 | The question. Whom do you trust, and since when? | question |
# | 5 | Everyone writes four predictions, alone, before anything runs. | 1, 2 |
# | 9 | Runs in pairs: 1,200 a day, then 600, 300 and 100. A run takes about a second. | 3 |
# | 6 | What surprised you? Room and reputation are two things. | 4 |
# | 9 | By hand: a plan that grows. Then the contest: all families, in the fewest days. | 5 |
# | 8 | A list that nobody has cleaned; the button "report spam". Predictions beside results. | 6 |
# | 6 | Which of our conclusions depend on a guess? Each guess runs four plans, a few seconds. | 7 |
# | 4 | Exit ticket; hand in the file. | 8 |
#
# Aim (Informatics I, modelling and simulation): to search for a good plan by experiment, and to tell what a model knows
# from what it guesses. The surprises: who sends all at once reaches a quarter of the families, who starts small reaches
# all in five days; trying harder makes it worse; two or three people who press a button can keep the letters of
# hundreds from arriving; and two of these conclusions vanish if one number is guessed otherwise.
#
# **What is known, and what is guessed.** Gmail and Yahoo say that reports of spam must stay below 0.3 %, and Gmail
# advises to stay below 0.1 %. Nearly everything else about such a memory is secret: how much a stranger may bring, how
# fast it may grow, how long things are remembered, how dead addresses weigh. In the model these are assumptions
# (`mailsim explain half_life` and the like say so for each), or read off what senders dare: SendGrid begins with 20
# letters an hour from a new address, and then sends 1.4 times as many each day. So no number of this lesson is true of a
# real provider. What it shows is which plan does better than which, and section 7 asks on what even that depends.
#
# The world is small on purpose. The same stories with larger numbers are `scenarios/cold_address.yaml`, `warm_up.yaml`,
# `complaints.yaml` and `stale_list.yaml`. Without Jupyter, make section 3 as one page for any browser: `mailsim sweep
# scenarios/nobody_knows_you.yaml --set letters.news.warm_up=null --grid letters.news.over=1d,2d,4d,12d --out
# page.html`.
#
# </details>

# %%
from sim import learn

lesson = learn.start("09_judged_as_spam")

# %% [markdown]
# ## 1. Who are you?

# %%
lesson.who(name="", class_number="")

# %% [markdown]
# ## 2. Predict first
#
# The provider remembers every sender: how much it brings, who reports its letters, how many of its addresses are dead.
# Letters from a sender that brings too much are told to come back later; the school's server tries again and again, and
# gives up after a day. A wrong prediction is worth as much as a right one: it shows you where your model differs.

# %%
lesson.predict(inbox_at_once=None, inbox_at_300_a_day=None, inbox_with_dead=None, few_reports=None)

# %% [markdown]
# ## 3. Run it
#
# Choose with the slider how many letters the school sends on each day, then run the cell below it. Begin with 1,200,
# all on the first day; then try 600, 300 and 100 a day.

# %%
lesson.slider()

# %%
lesson.run()

# %% [markdown]
# ## 4. What surprised you?
#
# - From 100 to 1,200 letters a day: how many are told to come back? How many families are reached in the end?
# - All on the first day: the provider puts letters off from the first hours on. Is the reputation low then? When does it
#   begin to fall, and what has the school's server been doing until then?
# - The letters are the same in all runs. What does the provider judge?

# %% [markdown]
# <details><summary>What happens here</summary>
#
# Two things decide. **Room**: a stranger may bring about 100 letters a day; who has brought some for a while may bring
# more, about 1.5 times as many from day to day. That has nothing to do with being good or bad: the provider does not
# know you.
# **Reputation** (at the post office: standing): it is clean at first, and falls with reports of spam, with letters to
# people who do not exist, and with each try that is refused. A server that knocks more than 20,000 times in vain looks
# like a spammer's. With a low reputation there is less room, some of what is taken goes to the spam folder, and in the
# end everything is refused. The provider cannot read whether you are honest. It sees how you send.
#
# </details>

# %% [markdown]
# ## 5. Exercise: a plan that grows
#
# The school starts with 100 letters and sends 1.5 times as many on each day (rounded). How many go out on each day,
# until all 1,200 are sent? Work it out by hand; the last day takes what is left.

# %%
by_day = [100, 0, 0]

# %% tags=["solution"] jupyter={"source_hidden": true}
by_day = [100, 150, 225, 338, 387]
sum(by_day)

# %% [markdown]
# Put the slider at 100 and run it. Then the contest: find a first day and a growth with which **all families are
# reached in the fewest days**. The table shows all your plans. How many days can you save, until it tips over?

# %%
lesson.run(growth=1.5)

# %% tags=["solution"] jupyter={"source_hidden": true}
lesson.run(first_day=150, growth=1.5)

# %% tags=["solution"] jupyter={"source_hidden": true}
lesson.run(first_day=300, growth=2)

# %%
lesson.board()

# %% [markdown]
# <details><summary>What one finds</summary>
#
# 100 and 1.5 need five days, and no letter is ever put off. 150 and 1.5 need four: some letters are put off, and the
# provider forgives that. 300 and 2 look even quicker, but more than a quarter of the letters never arrive. The good
# plans lie close to the edge, and nobody tells a sender where the edge is. And its old server, which had brought 100
# letters a day for years? Try `"providers.webmail.reputation.known={school: 100/d}"` with all on the first day: every
# letter is taken. A name belongs to the address; a school that moves begins anew.
#
# </details>

# %% [markdown]
# ## 6. A list that nobody has cleaned, and a button
#
# The plan with 100 and 1.5 is a good one. Now one address in ten no longer exists; families have moved. The letters to
# those come back, of course. What happens to the others?

# %%
lesson.run("letters.news.unknown_users=10%", first_day=100, growth=1.5)

# %% [markdown]
# The list is clean again. But of those who open the letter, three in a thousand press "report spam". Use your class and
# number as the seed (class 3, number 12: 312). How many pressed it, and when does the line fall? Count hands: in how
# many runs did nothing happen?

# %%
lesson.run("letters.news.complaints=0.3%", first_day=100, growth=1.5, seed=101)

# %%
lesson.compare()

# %% [markdown]
# <details><summary>What happens here, and a bit of calculation</summary>
#
# A list with many dead addresses looks bought or guessed, as a spammer's. Only the school can clean it: whoever bounces
# gets no more letters. Most families had done nothing wrong, and lose their letters all the same.
#
# Reports: up to 0.1 % nothing happens, at 0.3 % the reputation is gone. This provider takes proportions of at least
# 1,000 letters. So one report is 0.1 % and does nothing, two are 0.2 %, half way: reputation 50. Three are 0.3 %: next
# to nothing is left. Then letters are put off, the server knocks, and that makes it worse. Whether one, two or four
# press the button, and whether early or late, is chance. With the seeds 1 to 20, 6 runs went almost untouched, and in 8
# fewer than half of the families were reached. Early reports are the worst, since most letters are still to come, and a
# reputation comes back slowly.
#
# </details>

# %% [markdown]
# ## 7. Which of our conclusions depend on a guess?
#
# We have found: (1) a small start does better than all at once, (2) a clean list better than a dirty one, (3) no
# reports better than 0.3 %. But how the provider remembers is mostly guessed. The next cell compares the plans as
# assumed, and the one after it assumes something else: that senders may double from day to day. Do the conclusions
# hold?

# %%
lesson.guess()

# %%
lesson.guess("providers.webmail.reputation.growth_per_day=2")

# %% [markdown]
# Change other guesses in the cell above: `half_life=60d` (how long things are remembered, now 14 days),
# `fewest_letters=5000` (proportions are taken of at least so many letters), `stranger=1200/d` (how much a stranger may
# bring), `pushing_complaints=0` (refused tries do not count). Before each, say what you expect. Which one turns a
# conclusion round?

# %% tags=["solution"] jupyter={"source_hidden": true}
for guessed in ("half_life=60d", "fewest_letters=5000", "stranger=1200/d", "pushing_complaints=0"):
    lesson.guess(f"providers.webmail.reputation.{guessed}")

# %%
lesson.table()

# %% [markdown]
# <details><summary>What the table means</summary>
#
# How fast senders may grow, and how long things are remembered, hardly matters: all three conclusions hold, though
# every number changes. But at a provider that takes 1,200 letters a day from a stranger, sending all at once is right.
# And if proportions are taken of 5,000 letters, two reports are too few to notice, and so are 120 dead addresses. Both
# figures are guesses. So an honest answer is: "Start small, keep your list clean; it helps at providers that are strict
# with small senders, and costs four days at others." Reports and dead addresses never do any good, whatever one
# guesses; how much harm they do, only a measurement can tell.
#
# </details>

# %% [markdown]
# ## 8. Exit ticket

# %%
lesson.exit_ticket(good_name="", guesses="")

# %% [markdown]
# The last cell writes one file with your predictions, your runs and your answers. Excel opens it.

# %%
lesson.hand_in()
