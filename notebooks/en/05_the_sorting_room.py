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
# # "Come back in one minute": when does the library's letter arrive?
#
# A town library writes to ten readers at the university: your book is here. The university's mail server has never
# heard of this library, and its counter says: "I do not know you. Come back in one minute." Real mail servers do that,
# too; it is called *greylisting*, and most spam never comes back.
#
# The library's server puts such letters on a shelf. Somebody goes past the shelf every five minutes, and takes along what
# is due. So when do the ten letters arrive?
#
# *Everything here happens in a simulation. No real mail is ever sent.*

# %% [markdown] tags=["teacher"]
# <details><summary><b>For the teacher: a plan of 50 minutes</b></summary>
#
# | minutes | what | cells |
# |---|---|---|
# | 4 | The question. First guesses by show of hands. | question |
# | 5 | Everyone writes four predictions, alone, before anything runs. | 1, 2 |
# | 10 | Runs in pairs: 42 s, 1 min, 3 min, then 10 and 20 min. A run takes about a second. | 3 |
# | 6 | What surprised you? Find the rule in the picture. | 4 |
# | 7 | By hand: a timetable of tries. | 5 |
# | 10 | 420 letters at a counter that takes forty a minute, and four proposals. | 6, 7 |
# | 8 | Predictions beside results, exit ticket, hand in the file. | 8, 9 |
#
# Aim (Informatics I, modelling and simulation): to find the rule behind a picture, to calculate with it by hand, and to
# see how a rule that is sensible for one letter behaves when many follow it at the same time. The surprises: one minute
# and three minutes make no difference at all; half a minute too early costs twenty; and ten minutes of work take eight
# hours, since all letters come back together.
#
# The rules are those of Postfix, a mail server in wide use: `mailsim explain queue_run_delay`, `mailsim explain
# minimal_backoff_time`. The eight hours happened to a real sender in June 2013, whose log shows the same bursts of
# forty. The models are `scenarios/come_back_later.yaml` and `scenarios/forty_a_minute.yaml`. Without Jupyter, make the
# second half as one page for any browser: `mailsim sweep scenarios/forty_a_minute.yaml --grid
# letters.reminders.count=40,80,160,420 --out page.html`.
#
# </details>

# %%
from sim import learn

lesson = learn.start("05_the_sorting_room")

# %% [markdown]
# ## 1. Who are you?

# %%
lesson.who(name="", class_number="")

# %% [markdown]
# ## 2. Predict first
#
# Later in this lesson the library sends 420 letters at once, to a counter that takes forty a minute and tells all others
# to come back later. Predict that as well. A wrong prediction is worth as much as a right one: it shows you where your
# model differs.

# %%
lesson.predict(after_1_minute=None, after_3_minutes=None, last_of_420=None, helps_most=None)

# %% [markdown]
# ## 3. Run it
#
# Choose with the slider what the counter says, then run the cell below it. Begin with 42 seconds, 1 minute and 3 minutes;
# then try 10 and 20 minutes.

# %%
lesson.slider()

# %%
lesson.run()

# %% [markdown]
# ## 4. What surprised you?
#
# - 42 seconds, 1 minute, 3 minutes: what changes in the picture, and what does not?
# - A letter has to lie on the shelf for some time (light blue) before it may go again. How long is that time after the
#   first try? And after the second?
# - 20 minutes: look at letter 1. How much too early is its third try, and what does that cost?

# %% [markdown]
# <details><summary>The rule</summary>
#
# A letter that has been sent away lies on the shelf **for as long as it is old by then, but at least five minutes** and
# at most 66 minutes 40 seconds. After that it goes along with **the next round**, every five minutes. So the first wait
# is five to ten minutes, whatever the counter said, as long as it said five minutes or less. A letter then is five to
# ten minutes old; if it is sent away again, it waits for about as long once more. The waits double, and "come back in
# twenty minutes" becomes more than half an hour. The counter's words are for people: the server does not read them.
#
# </details>

# %% [markdown]
# ## 5. Exercise: a timetable by hand
#
# A letter is sent away at 09:02, and again at every later try. The rounds are at 09:00, 09:05, 09:10 and so on. When is
# it tried? Work out the next five times with the rule. (Tries themselves take no time.)

# %%
tried_at = ["09:02", "", "", "", "", ""]

# %% tags=["solution"] jupyter={"source_hidden": true}
tried_at = ["09:02", "09:10", "09:20", "09:40", "10:20", "11:30"]
print(*tried_at)

# %% [markdown]
# <details><summary>Solution, step by step</summary>
#
# 09:02: at least five minutes, so it is due at 09:07; the next round is 09:10. There it is 8 minutes old, due at 09:18,
# round 09:20. There it is 18 minutes old, due at 09:38, round 09:40. 38 minutes old: due 10:18, round 10:20. It is 78
# minutes old by then, but it never lies longer than 66 minutes 40 seconds: due 11:26:40, round 11:30. From here on it
# is tried every 70 minutes.
#
# </details>

# %% [markdown]
# ## 6. Run it: 420 letters at once
#
# At 09:02 the library reminds 420 readers in the town. This counter does not mind strangers, but it takes forty letters a
# minute and no more. That is a good ten minutes of work.

# %%
lesson.herd()

# %% [markdown]
# - When do the letters come back? Compare with your timetable.
# - How many does the counter take each time? What does it do in between?
# - How often was an average letter carried to the counter?

# %% [markdown]
# <details><summary>What happens here</summary>
#
# All letters were sent away in the same minute, so all follow the same timetable, and all stand at the counter again at
# the same moment. It takes forty and sends the others away. In between it stands idle for up to 70 minutes: out of 498
# minutes it works for eleven. 420 letters need eleven such moments. Nobody made a mistake; each letter on its own keeps
# to a sensible rule. This is called a *retry herd*.
#
# </details>

# %% [markdown]
# ## 7. Exercise: what helps?
#
# Four proposals: (a) a server that takes no time at all, (b) a round every minute instead of every five, (c) a counter
# that takes 80 a minute, (d) patience: hand in 30 letters a minute. Which helps most? Here is (a):

# %%
lesson.herd("senders.library.host=instant")

# %% [markdown]
# Now (b), (c) and (d). The settings are `senders.library.postconf.queue_run_delay=60s` together with
# `senders.library.postconf.minimal_backoff_time=60s` for (b), `providers.town.rate_limit={rate: 80/min, burst: 80}` for
# (c), and `letters.reminders.pace=30/min` for (d).

# %%
lesson.herd("senders.library.host=instant")

# %% tags=["solution"] jupyter={"source_hidden": true}
sooner = ["senders.library.postconf.queue_run_delay=60s", "senders.library.postconf.minimal_backoff_time=60s"]
lesson.herd(*sooner)

# %% tags=["solution"] jupyter={"source_hidden": true}
lesson.herd("providers.town.rate_limit={rate: 80/min, burst: 80}")

# %% tags=["solution"] jupyter={"source_hidden": true}
lesson.herd("letters.reminders.pace=30/min")

# %% [markdown]
# <details><summary>Solution, and what it means</summary>
#
# (a) changes nothing: the server was never what the letters waited for. (b) halves the time, since the waits begin
# smaller; but they double all the same. (c) helps more: half as many bursts. (d) wins by far: 14 minutes, and no letter
# is sent away even once. Slower is faster. Operators set just this in Postfix: two seconds between letters to one
# destination, here `senders.library.postconf.smtp_destination_rate_delay=2s`. Besides, (a) costs money, and (c) is not
# the library's to decide.
#
# </details>

# %% [markdown]
# ## 8. Your predictions

# %%
lesson.compare()

# %% [markdown]
# ## 9. Exit ticket

# %%
lesson.exit_ticket(why_late="", advice="")

# %% [markdown]
# The last cell writes one file with your predictions, your runs and your answers. Excel opens it.

# %%
lesson.hand_in()
